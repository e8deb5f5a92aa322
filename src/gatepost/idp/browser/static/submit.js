"use strict";
// Takes the answer back to the application (OAuth 2.0 Form Post Response Mode); without scripts
// there is a button.
document.forms[0].submit();
