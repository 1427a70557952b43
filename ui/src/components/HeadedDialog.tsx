/** A dialog whose heading takes the focus, also when another heading replaces it, and whose buttons stay in sight. */
import { Group, Modal, Text } from "@mantine/core";
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";
import classes from "./HeadedDialog.module.css";

interface Parts {
  title: string;
  /** Small, under the title. */
  aside?: ReactNode;
  /** Escape, or the cross; a click beside the dialog does nothing. */
  onClose: () => void;
  closeLabel: string;
  /** What Enter means while no control has the focus; nothing by default. */
  onEnter?: (() => void) | undefined;
  footer: ReactNode;
  wide?: boolean;
  testId?: string;
  children: ReactNode;
}

export function HeadedDialog(parts: Parts) {
  const { title, aside, onClose, closeLabel, onEnter, footer, wide = false, testId, children } = parts;
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another title is another question, so it is read out
  useEffect(() => heading.current?.focus(), [title]);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const own = event.target instanceof Element && event.target.closest("button, a, input, summary");
    if (event.key !== "Enter" || event.nativeEvent.isComposing || own) return;
    event.preventDefault();
    onEnter?.();
  };
  return (
    <Modal.Root
      opened
      onClose={onClose}
      closeOnClickOutside={false}
      size={wide ? 760 : 560}
      classNames={{ content: classes.content ?? "" }}
    >
      <Modal.Overlay />
      <Modal.Content onKeyDownCapture={onKeyDown} data-testid={testId}>
        <Modal.Header className={classes.header ?? ""}>
          <div>
            <Modal.Title ref={heading} tabIndex={-1} data-autofocus className={classes.title ?? ""}>
              {title}
            </Modal.Title>
            {aside && (
              <Text size="sm" c="dimmed" className={classes.aside ?? ""}>
                {aside}
              </Text>
            )}
          </div>
          <Modal.CloseButton aria-label={closeLabel} />
        </Modal.Header>
        <div className={classes.body}>{children}</div>
        <Group className={classes.footer ?? ""} justify="flex-end" gap="sm">
          {footer}
        </Group>
      </Modal.Content>
    </Modal.Root>
  );
}
