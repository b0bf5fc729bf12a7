import type { SchemaReport } from '../../store/schema-port.js'
import { exitCodes } from '../exit-code.js'
import { foreignInWords, oneLine } from '../output/text.js'
import type { CommandContext } from './command.js'

export interface CheckedStore {
  readonly exitCode: number
  /** Null if it was not looked at: on a platform, or because the command did not end well anyway. */
  readonly schema: SchemaReport | null
  /** What is missing, or else what is in the way, in a line of its own, or nothing. */
  readonly text: string
}

/**
 * Looks at the store itself before a command says that it is done. The ledger does not know what somebody has dropped
 * by hand, and a store that lacks it fails with SCHEMA_OUT_OF_DATE, whatever the ledger says. `isPartial` means that
 * the command was to run only a part.
 */
export async function checkedStore({ checkSchema }: CommandContext, exitCode: number, isPartial: boolean): Promise<CheckedStore> {
  if (checkSchema === null || exitCode !== exitCodes.done) return { exitCode, schema: null, text: '' }
  const schema = await checkSchema()
  const { missing, foreign = [] } = schema
  if (missing.length === 0) return { exitCode, schema, text: foreign.length === 0 ? '' : oneLine(foreignInWords(foreign)) }
  const next = isPartial
    ? 'the rest comes with `conversation-store migrate`'
    : 'somebody has dropped it since it was made; `conversation-store sync:indexes` makes indexes again, the rest comes from a backup'
  return {
    exitCode: isPartial ? exitCodes.pending : exitCodes.drift,
    schema,
    text: oneLine(`The store can not work yet. It lacks ${missing.join(', ')}: ${next}.`),
  }
}

/** The text of a command with that line behind it. */
export function withSchemaText(text: string, checked: CheckedStore): string {
  return checked.text === '' ? text : `${text}\n\n${checked.text}`
}
