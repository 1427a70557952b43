/** To be drawn. */
export function Access({ plugin }: { plugin: string }) {
  return plugin;
}
