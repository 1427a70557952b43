// Finds by role and accessible name, near enough to what a screen reader says; returns the first that is shown.
const [role, name] = arguments;
const implied = {
  button: "button, input[type=submit], input[type=button], summary",
  link: "a[href]",
  textbox: "input:not([type]), input[type=text], input[type=email], input[type=url], input[type=search], textarea, input[type=password]",
  checkbox: "input[type=checkbox]:not([role])",
  switch: "input[type=checkbox][role=switch]",
  radio: "input[type=radio]",
  heading: "h1, h2, h3, h4, h5, h6",
  spinbutton: "input[type=number]",
  combobox: "select, input[aria-haspopup=listbox]",
  listitem: "li",
  row: "tr",
  dialog: "dialog",
  navigation: "nav",
  main: "main",
};
const clean = (text) => (text ?? "").replace(/\s+/g, " ").trim();
const spoken = (element) => {
  const copy = element.cloneNode(true);
  copy.querySelectorAll("[aria-hidden=true]").forEach((part) => part.remove());
  return copy.textContent;
};
const byIds = (ids) => ids.split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
const nameOf = (element) => {
  const labelledBy = element.getAttribute("aria-labelledby");
  const labels = [...(element.labels ?? [])].map(spoken).join(" ");
  const candidates = [
    labelledBy && byIds(labelledBy),
    element.getAttribute("aria-label"),
    labels,
    element.tagName === "INPUT" || element.tagName === "TEXTAREA" ? element.placeholder : element.textContent,
    element.querySelector?.("[aria-label]")?.getAttribute("aria-label"),
    element.querySelector?.("img[alt]")?.alt,
    element.title,
  ];
  return clean(candidates.find((text) => clean(text)));
};
const shown = (element) => element.getClientRects().length > 0 || element.matches("input");
const all = document.querySelectorAll([`[role="${role}"]`, implied[role]].filter(Boolean).join(", "));
const fits = [...all].filter((element) => shown(element) && !element.closest("[inert], [aria-hidden=true]"));
return fits.find((one) => nameOf(one) === name) ?? fits.find((one) => nameOf(one).includes(name)) ?? null;
