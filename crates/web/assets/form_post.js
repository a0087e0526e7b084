// Hands an answer to the app without a click (OAuth 2.0 Form Post Response Mode, section 1): programs that listen for it,
// and silent requests, cannot press the button. Without scripts the button does the same.
(() => {
  "use strict";

  const form = document.querySelector("form[data-form-post]");
  if (form) form.submit();
})();
