// Loaded before anything is painted, so that a dark screen does not flash white.
(() => {
  try {
    const chosen = localStorage.getItem("jangkau.theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
    if (localStorage.getItem("jangkau.lang") === "en") document.documentElement.lang = "en";
  } catch {
    // Without storage the system's choice and Indonesian stand.
  }
})();
