// Asks the plugin once how far this screen's clock is off, then ticks by itself.
const time = document.getElementById("time");
const trouble = document.getElementById("trouble");
document.documentElement.lang = navigator.language;

async function call(command, args = null) {
  const response = await fetch(`/_call/${command}`, { method: "POST", body: JSON.stringify(args) });
  const body = await response.json();
  if (!response.ok) throw new Error(body.message);
  return body;
}

function tick(offset) {
  const now = new Date(Date.now() + offset);
  time.dateTime = now.toISOString();
  time.textContent = now.toLocaleTimeString();
}

try {
  const { unixMilliseconds } = await call("now");
  const offset = unixMilliseconds - Date.now();
  tick(offset);
  setInterval(() => tick(offset), 1000);
} catch (error) {
  trouble.textContent = error.message;
}
