/** To be drawn. */
export function MineScreen() {
  return null;
}
