// #region callback
// The code is for the page that opened this window, and only if that is a page of this very origin.
const opener: Window | null = window.opener;
opener?.postMessage({ answer: location.search }, location.origin);
history.replaceState(null, "", location.pathname);
// #endregion
