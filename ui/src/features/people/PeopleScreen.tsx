/** To be drawn. */
export function PeopleScreen() {
  return null;
}
