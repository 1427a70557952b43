/** First letters of Chinese names, so that `znjqr` finds 智能机器人. By the system's own order of signs; no dictionary. */

/** For each letter the first sign whose reading begins with it, in the order of readings. */
const firsts = [..."阿芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"];
const letters = [..."abcdefghjklmnopqrstwxyz"];
const byReading = new Intl.Collator("zh-CN-u-co-pinyin");

function letterOf(sign: string): string {
  if (!/\p{Script=Han}/u.test(sign)) return sign;
  const at = firsts.findLastIndex((first) => byReading.compare(first, sign) <= 0);
  return letters[at] ?? sign;
}

/** The first letter of each Chinese sign; anything else stays as it is. */
export function initials(text: string): string {
  return [...text].map(letterOf).join("").toLowerCase();
}
