"""The interface between SMTP and whoever delivers."""

from __future__ import annotations

from sandbox.mail.courier import Courier, Envelope, Fate, ForwardPath, Notify, Result


class Postman:
    """Knows one address."""

    def check(self, envelope: Envelope, recipient: ForwardPath) -> Result:
        return Result(recipient, Fate.ACCEPTED if recipient.mailbox == "ana@norte.example" else Fate.UNKNOWN)

    def deliver(self, envelope: Envelope, content: bytes) -> tuple[Result, ...]:
        return tuple(self.check(envelope, recipient) for recipient in envelope.forward_paths)


def test_a_courier_answers_for_each_recipient_in_order() -> None:
    courier: Courier = Postman()
    ana, eva = ForwardPath("ana@norte.example", (Notify.SUCCESS,)), ForwardPath("eva@norte.example")
    results = courier.deliver(Envelope("", (eva, ana)), b"x")
    assert results == (Result(eva, Fate.UNKNOWN), Result(ana, Fate.ACCEPTED))
