// Whoever opens the page wants to type: the terminal has the focus as soon as it shows something.
new MutationObserver((_changes, observer) => {
  if (document.body.classList.contains("-first-byte")) {
    observer.disconnect();
    document.querySelector(".xterm-helper-textarea").focus();
  }
}).observe(document.body, { attributeFilter: ["class"] });
