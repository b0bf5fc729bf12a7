import { usageError } from './usage-error.js'

export interface Questions {
  /** False in a pipeline, where there is nobody to answer. */
  readonly isTerminal: boolean
  ask(question: string): Promise<string>
}

/**
 * Returns true if `--yes=<name>` was given, or if a person typed the name. Throws VALIDATION_FAILED for another name,
 * for a `--yes` without one, and if there is nobody to ask.
 */
export async function confirmName(questions: Questions, yes: boolean | string | undefined, what: string, name: string): Promise<boolean> {
  if (yes === name) return true
  if (yes !== undefined) throw usageError('--yes', `must name the database whose data is dropped, ${name}: ${what}`)
  if (!questions.isTerminal) throw usageError(`--yes=${name}`, `is needed where nobody can be asked: ${what}`)
  return (await questions.ask(`${what} Type ${name} to go on: `)).trim() === name
}

/** Returns true if `--yes` was given, or if a person typed yes. Throws VALIDATION_FAILED if there is nobody to ask. */
export async function confirm(questions: Questions, yes: boolean, what: string): Promise<boolean> {
  if (yes) return true
  if (!questions.isTerminal) throw usageError('--yes', `is needed where nobody can be asked: ${what}`)
  return /^(y|yes)$/i.test((await questions.ask(`${what} Type yes to go on: `)).trim())
}

/**
 * Returns true if `--yes` was given, or if a person typed this word, letter by letter. Throws VALIDATION_FAILED if
 * there is nobody to ask.
 */
export async function confirmWord(questions: Questions, yes: boolean, what: string, word: string): Promise<boolean> {
  if (yes) return true
  if (!questions.isTerminal) throw usageError('--yes', `is needed where nobody can be asked: ${what}`)
  return (await questions.ask(`${what} Type ${word} to go on: `)).trim() === word
}
