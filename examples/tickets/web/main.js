const element = (id) => document.getElementById(id);
const chinese = navigator.language.startsWith("zh");

if (chinese) {
  document.documentElement.lang = "zh-CN";
  element("title-label").textContent = "事由";
  element("category-label").textContent = "分类";
  element("button").textContent = "新建工单";
}

async function call(command, args) {
  const response = await fetch(`/_call/${command}`, { method: "POST", body: JSON.stringify(args) });
  const body = await response.json();
  if (!response.ok) throw new Error(body.message);
  return body;
}

function show({ tickets, categories }) {
  element("category").replaceChildren(...categories.map((name) => new Option(name)));
  element("tickets").replaceChildren(...tickets.map((ticket) => {
    const line = document.createElement("li");
    line.classList.toggle("closed", ticket.closed !== null);
    line.textContent = `#${ticket.number} · ${ticket.category} · ${ticket.title}`;
    return line;
  }));
}

async function attempt(work) {
  element("trouble").textContent = "";
  try {
    await work();
    show(await call("list", {}));
  } catch (error) {
    element("trouble").textContent = error.message;
  }
}

element("form").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    await call("create", { title: element("title").value, category: element("category").value });
    element("form").reset();
  });
});

attempt(async () => {});
