/** How many people, and on request who: so that a hundred names don't push away what they are about. */
import { Button, List, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import type { PersonView } from "../api/generated/center";
import classes from "./Names.module.css";

interface Parts {
  people: readonly PersonView[];
  /** "12 people gain it". */
  text: string;
  /** Show the names at once. */
  open?: boolean;
}

export function Names({ people, text, open = false }: Parts) {
  const { t } = useTranslation();
  const [shown, { toggle }] = useDisclosure(open);
  if (!people.length) return null;
  return (
    <div>
      <Text size="sm" span>
        {text}{" "}
      </Text>
      <Button size="compact-sm" variant="subtle" onClick={toggle} aria-expanded={shown}>
        {t(shown ? "people.hideNames" : "people.showNames")}
      </Button>
      {shown && (
        <List size="sm" className={classes.names}>
          {people.map((person) => (
            <List.Item key={person.id}>
              {person.name}{" "}
              <Text span size="sm" c="dimmed">
                {person.login}
              </Text>
            </List.Item>
          ))}
        </List>
      )}
    </div>
  );
}
