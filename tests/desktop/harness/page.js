// Kept in the page by the harness: what the shell answered and told, and what the policy refused.
if (!window.harness) {
  const harness = { heard: [], violations: [] };
  Object.defineProperty(window, "harness", { value: harness });
  const { callbacks } = window.__TAURI_INTERNALS__;
  const get = Map.prototype.get;
  callbacks.get = (id) => {
    const callback = get.call(callbacks, id);
    return callback && ((data) => {
      harness.heard.push(JSON.stringify(data) ?? "null");
      return callback(data);
    });
  };
  const note = (body) =>
    harness.violations.push(`${body.effectiveDirective} ${body.blockedURL ?? body.blockedURI} ${body.sample ?? ""}`);
  // Those of before are reported once; later ones come as events.
  if (window.ReportingObserver) {
    const earlier = new ReportingObserver(() => {}, { types: ["csp-violation"], buffered: true });
    earlier.observe();
    earlier.takeRecords().forEach((report) => note(report.body));
    earlier.disconnect();
  }
  document.addEventListener("securitypolicyviolation", note);
}
