/** Ties an input to the texts that describe it: Mantine takes these from around the input alone. */
import { InputWrapperContext } from "@mantine/core";
import type { ReactNode } from "react";
import type { ControlProps } from "./control";

export function Described({ by, children }: { by: ControlProps; children: ReactNode }) {
  const { id, describedBy, labelId } = by;
  return (
    <InputWrapperContext
      value={{
        getStyles: null,
        describedBy,
        inputId: id,
        labelId,
        offsetTop: false,
        offsetBottom: false,
      }}
    >
      {children}
    </InputWrapperContext>
  );
}
