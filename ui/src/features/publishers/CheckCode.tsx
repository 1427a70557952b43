/** A check code as two people read it to each other: six groups of five digits. */
import classes from "./Publishers.module.css";

export function CheckCode({ code, large = false }: { code: string; large?: boolean }) {
  return (
    <span className={classes.code} data-large={large || undefined} data-testid="check-code">
      {code.split(" ").map((group, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the groups have fixed places and may repeat
        <span key={index}>{group} </span>
      ))}
    </span>
  );
}
