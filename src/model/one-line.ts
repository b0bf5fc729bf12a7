import { withoutSecrets } from './without-secrets.js'

// Ids and names come from databases. An escape sequence in one could rewrite the terminal, and a line end could forge a
// line.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g

/** Makes a text fit for one line of a log or a terminal: without line ends, escape sequences and secrets. */
export function oneLine(text: string): string {
  return withoutSecrets(text).replaceAll(controls, ' ')
}
