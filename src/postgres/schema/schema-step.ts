import type { Names } from '../names.js'

/** How the tables are laid out. */
export interface Layout {
  /** The number of hash partitions by account of every table that holds an account's rows, or null for plain tables. */
  readonly partitions: number | null
}

/** The names that a step may use. The list of the tables is not among them, because it goes on changing. */
export type StepNames = Pick<Names, 'schema' | 'prefix' | 'quotedSchema' | 'fn' | 'index'>

/**
 * One numbered step of the store's schema, in a file of its own. Once it is released its text never changes: a change
 * is a new step. So the text depends on the names and the layout alone, and on nothing that describes the newest
 * schema.
 */
export interface SchemaStep {
  readonly number: number
  readonly name: string
  readonly description: string
  statements(names: StepNames, layout: Layout): readonly string[]
  /** The way back, which drops what the statements make. */
  undo(names: StepNames): readonly string[]
}
