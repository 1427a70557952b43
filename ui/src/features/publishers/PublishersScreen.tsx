/** To be drawn. */
export function PublishersScreen() {
  return null;
}
