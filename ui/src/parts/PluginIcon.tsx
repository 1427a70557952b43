/** A plugin's icon, or the first sign of its name. An image only: it cannot run anything. */
import { Avatar } from "@mantine/core";

export function PluginIcon({ icon, name, size = 32 }: { icon: string | null; name: string; size?: number }) {
  return (
    <Avatar src={icon} size={size} radius="sm" color="initials" name={name} alt="" aria-hidden>
      {[...name][0]?.toUpperCase()}
    </Avatar>
  );
}
