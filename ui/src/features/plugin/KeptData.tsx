/** To be drawn. */
export function KeptData() {
  return null;
}
