import { withoutSecrets } from '../../model/without-secrets.js'

// Ids and names come from databases: an escape sequence in one could rewrite the terminal, a line end could forge a line.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g

export function oneLine(text: string): string {
  return withoutSecrets(text).replaceAll(controls, ' ')
}

/** `1 migration`, `2 migrations`. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
