/** Mantine's mixins, such as light and dark variants, in the window's style sheets. */
export default { plugins: { "postcss-preset-mantine": {} } };
