/** Full-width digits and signs, as Chinese input methods give them, in their half-width forms. */

const sentenceSigns: Record<string, string> = { "。": ".", "　": " ", "－": "-", "—": "-", "、": "," };

export function halfWidth(text: string): string {
  return text.replace(/[\uff01-\uff5e。　—、]/g, (sign) => {
    return sentenceSigns[sign] ?? String.fromCharCode(sign.charCodeAt(0) - 0xfee0);
  });
}
