import { withoutSecrets } from '../../model/without-secrets.js'

// Ids and names come from databases. An escape sequence in one could rewrite the terminal, and a line end could forge a
// line.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g

export function oneLine(text: string): string {
  return withoutSecrets(text).replaceAll(controls, ' ')
}

/** Returns a count with its word: `1 migration`, `2 migrations`. */
export function counted(count: number, word: string, words = `${word}s`): string {
  return `${count} ${count === 1 ? word : words}`
}

/** Returns the line with which the text of a dry run begins, or nothing for a real run. */
export function dryRunNote({ dryRun }: { readonly dryRun: boolean }): string {
  return dryRun ? 'Dry run: nothing was changed.\n\n' : ''
}
