const element = (id) => document.getElementById(id);
if (navigator.language.startsWith("zh")) {
  document.documentElement.lang = "zh-CN";
  element("label").textContent = "您的姓名";
  element("button").textContent = "打个招呼";
}

element("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const args = JSON.stringify({ name: element("name").value });
  const response = await fetch("/_call/hello", { method: "POST", body: args });
  const body = await response.json();
  element("said").textContent = response.ok ? body.text : body.message;
});
