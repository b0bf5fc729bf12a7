import { type PatchColumn, patchColumns } from '../../patched-fields.js'
import { marks } from './operations.js'

/** The value that a patch gives a column. Null if the patch clears the column or doesn't name it. */
export function givenValue(patch: string, column: PatchColumn): string {
  return column === 'metadata' ? `nullif(${patch}->'metadata', 'null'::jsonb)` : `${patch}->>'${column}'`
}

/** The value of a column after a patch. */
export function patchedValue(patch: string, column: PatchColumn, former: string): string {
  return `case when ${patch} ? '${column}' then ${givenValue(patch, column)} else ${former} end`
}

/** The assignments that write the patch of `change` to `conversation`, and mark the operation. */
export function patchChanges(now: string): string {
  const values = patchColumns.map((column) => `${column} = ${patchedValue('change.patch', column, `conversation.${column}`)},`)
  return `${values.join('\n      ')}
      version = conversation.version + 1, updated_at = ${now},
      operations = ${marks.with('conversation.operations', 'change.operation_id', "'updated'")}`
}

/** Whether the patch of `change` changes anything of `conversation`. */
export const isPatched = `(${patchColumns
  .map((column) => `change.patch ? '${column}' and conversation.${column} is distinct from ${givenValue('change.patch', column)}`)
  .join('\n        or ')})`
