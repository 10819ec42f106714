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

  // Another next of kin without asking the server: files that were chosen stay chosen. The last row is copied, emptied.
  const MOST_ROWS = 10;
  const addRow = (event) => {
    const button = event.target.closest("[data-add-row]");
    const rows = button && button.form.querySelector("[data-rows]");
    if (!rows) return;
    event.preventDefault();
    const last = rows.querySelector("[data-row]:last-of-type");
    const place = Number(last.dataset.row) + 1;
    const fresh = last.cloneNode(true);
    fresh.dataset.row = place;
    fresh.querySelector("legend h3").textContent = `${rows.dataset.next} ${place + 1}`;
    fresh.querySelectorAll("[id^=id_kin], [for^=id_kin], [name^=kin_]").forEach((one) => {
      for (const name of ["id", "for", "name"]) {
        const word = one.getAttribute(name);
        if (word) one.setAttribute(name, word.replace(/kin_\d+_/, `kin_${place}_`));
      }
    });
    fresh.querySelectorAll("[id$=_error]").forEach((one) => one.remove());
    fresh.querySelectorAll(".wrong").forEach((one) => one.classList.remove("wrong"));
    fresh.querySelectorAll("input").forEach((one) => {
      one.removeAttribute("value");
      one.removeAttribute("aria-invalid");
      one.removeAttribute("aria-describedby");
      one.removeAttribute("autofocus");
      one.value = "";
    });
    last.after(fresh);
    rows.querySelector("[name=kin_rows]").value = place + 1;
    fresh.querySelector("input").focus();
    if (place + 1 >= MOST_ROWS) button.remove();
  };
  document.addEventListener("click", addRow);
})();
