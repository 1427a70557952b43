const element = (id) => document.getElementById(id);
const chinese = navigator.language.startsWith("zh");
const say = (en, zh) => (chinese ? zh : en);

document.documentElement.lang = chinese ? "zh-CN" : "en";
element("label").textContent = say("Your question", "您的问题");
element("button").textContent = say("Ask", "提问");

function add(text, mine) {
  const line = document.createElement("li");
  line.textContent = text;
  line.classList.toggle("mine", mine);
  element("talk").append(line);
}

async function ask(question) {
  const response = await fetch("/_call/ask", { method: "POST", body: JSON.stringify({ question }) });
  const body = await response.json();
  if (!response.ok) return body.message;
  const answer = body.answer ?? say("I don't know that yet.", "这个我还不知道。");
  return body.agent ? `${answer}\n${say("Ask an agent: ", "转人工客服：")}${body.agent}` : answer;
}

element("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const question = element("question").value;
  element("form").reset();
  add(question, true);
  add(await ask(question), false);
});
