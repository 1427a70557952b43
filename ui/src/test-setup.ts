/** What the test browser lacks, and its matchers. */
import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";
import { i18n } from "./i18n";

afterEach(cleanup);

/** A text is never shown with a value of it lacking, which would stand there as its name between braces. */
i18n.options.missingInterpolationHandler = (text: string, [, name]: RegExpExecArray) => {
  throw new Error(`no value for \`${name?.trim()}\` in: ${text}`);
};

/** A busy machine is not a failure. */
configure({ asyncUtilTimeout: 15_000 });

/** jsdom has no media queries; the system is light here. */
window.matchMedia = (query) =>
  ({
    matches: false,
    media: query,
    addEventListener() {},
    removeEventListener() {},
    addListener() {},
    removeListener() {},
  }) as unknown as MediaQueryList;

/** Nor does it lay anything out. */
window.ResizeObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
Element.prototype.scrollIntoView = () => {};
