/** Decides which branch of a conditional schema holds, without eval. Findings for people come from the core alone. */
import { type Schema, Validator } from "@cfworker/json-schema";
import type { RJSFSchema, ValidatorType } from "@rjsf/utils";

const compiled = new WeakMap<object, WeakMap<object, Validator>>();

function validatorOf(schema: RJSFSchema, root: RJSFSchema): Validator {
  const own = compiled.get(root) ?? new WeakMap<object, Validator>();
  compiled.set(root, own);
  const known = own.get(schema);
  if (known) return known;
  const { $id: _, ...rules } = schema;
  const made = new Validator({ $defs: root.$defs, ...rules } as Schema, "2020-12", true);
  own.set(schema, made);
  return made;
}

export const branches: ValidatorType = {
  isValid(schema, data, root) {
    if (typeof schema === "boolean") return schema;
    return validatorOf(schema, root).validate(plain(data)).valid;
  },
  validateFormData: () => ({ errors: [], errorSchema: {} }),
  rawValidation: () => ({}),
};

/** As it would be sent: what is not there is not there. */
function plain(data: unknown): unknown {
  return data === undefined ? null : JSON.parse(JSON.stringify(data));
}
