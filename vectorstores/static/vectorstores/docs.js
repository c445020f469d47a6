// A path is the text of its operation's button: a link inside a button confuses screen readers.
const pathsAreText = () => ({
  wrapComponents: {
    DeepLink: (_, { React }) => ({ text }) => React.createElement("span", null, text),
  },
});

// Swagger UI leaves some fields without a name that screen readers can say, gives some buttons a
// name that differs from their text, and keeps long samples out of the keyboard's reach.
const nameOf = (field) => {
  if (field.id === "servers") return "Server";
  if (field.matches(".examples-select-element")) return "Example";
  if (field.matches(".body-param__text")) return "Request body";
  const parameter = field.closest("tr")?.querySelector(".parameter__name");
  return parameter?.firstChild?.textContent ?? "Value";
};
const mend = () => {
  for (const field of document.querySelectorAll("#api select, #api textarea, #api input")) {
    const isNamed = field.ariaLabel || [...field.labels].some((label) => label.innerText.trim());
    if (!isNamed || field.id === "servers") field.ariaLabel = nameOf(field);
  }
  for (const close of document.querySelectorAll("#api .close-modal")) close.ariaLabel = "Close";
  for (const button of document.querySelectorAll("#api .modal-btn")) button.ariaLabel = null;
  for (const sample of document.querySelectorAll("#api pre")) sample.tabIndex = 0;
};
new MutationObserver(mend).observe(document.getElementById("api"), {
  childList: true,
  subtree: true,
});

// The document is read beside this page, so that a prefix a proxy adds does no harm.
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#api",
  plugins: [pathsAreText],
  syntaxHighlight: { theme: "monokai" }, // whose numbers are bright enough
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null, // which would send the document elsewhere
});
