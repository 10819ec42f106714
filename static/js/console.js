/* Small helps on top of pages that work without them: the offline line, one send per form, focus after a fragment. */
(() => {
  "use strict";

  const line = document.getElementById("connection");
  const tell = () => {
    if (!line) return;
    line.classList.toggle("on", !navigator.onLine);
    line.textContent = navigator.onLine ? "" : line.dataset.offline;
  };
  window.addEventListener("online", tell);
  window.addEventListener("offline", tell);
  tell();

  // A second press while the first is on its way does nothing; coming back to the page frees the button again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  });

  // The receipt number is asked only where money came by M-Pesa or bank.
  const receipt = () => {
    const chosen = document.querySelector("[name=payment_method]:checked");
    const field = document.querySelector("[data-for-receipt]");
    if (field && chosen) field.hidden = chosen.value === "CASH";
  };
  document.addEventListener("change", receipt);
  receipt();
})();
