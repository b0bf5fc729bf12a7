export { oneLine } from '../../model/one-line.js'

/** Returns a count with its word: `1 migration`, `2 migrations`. */
export function counted(count: number, word: string, words = `${word}s`): string {
  return `${count} ${count === 1 ? word : words}`
}

/** Returns the line with which the text of a dry run begins, or nothing for a real run. */
export function dryRunNote({ dryRun }: { readonly dryRun: boolean }): string {
  return dryRun ? 'Dry run: nothing was changed.\n\n' : ''
}

/** The store works with such indexes until one of them refuses a write, so they change no exit code. */
export function foreignInWords(foreign: readonly string[]): string {
  return `Not the store's, and in the way of its writes: ${foreign.join('; ')}. Drop what is named.`
}
