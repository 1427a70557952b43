/** Names and what they are, one below the other. */
import type { ReactNode } from "react";
import classes from "./Facts.module.css";

export function Facts({ facts }: { facts: (readonly [string, ReactNode])[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <Fact key={name} name={name} value={value} />
      ))}
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

/** A code that is compared or copied, never read out as a word. */
export function Mono({ children }: { children: string }) {
  return <span className={classes.mono}>{children}</span>;
}
