/** To be drawn. */
export function ActivityScreen() {
  return null;
}
