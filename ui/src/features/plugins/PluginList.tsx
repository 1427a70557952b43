/** To be drawn. */
export function PluginList() {
  return null;
}
