import type { AllowClosedState } from '../allow-closed-types.js'
import type { ClosedTable } from '../closed-tables.js'

/** What is missing until closed conversations may repeat and active ones may not, in sentences. */
export function problemsOf({ keyColumn }: ClosedTable, { enforce, connections, trigger, unkeyed }: AllowClosedState): readonly string[] {
  return [
    ...(trigger === false ? [`The trigger that sets ${keyColumn} is missing.`] : []),
    ...(enforce === 'key-column' && unkeyed === null ? [`The column ${keyColumn} is missing.`] : []),
    ...(unkeyed !== null && unkeyed > 0 ? [`${unkeyed} conversation(s) have another ${keyColumn} than their status says.`] : []),
    ...connections.flatMap(({ index, state, old, doubles, missing, lookup, connection }) => [
      ...(state === 'unique' ? [] : [`The unique index ${index} is missing.`]),
      ...(doubles === null
        ? []
        : [`${doubles.totalDocuments} active conversations share ${doubles.totalGroups} key(s) of ${index}. ${doubles.query}`]),
      ...old.map((name) => `The index ${name} still forbids a second conversation after the first was closed.`),
      ...missing.map((name) => `The index ${name} is missing.`),
      ...(lookup.index === null ? [`The look-up by ${connection} uses no index.`] : []),
    ]),
  ]
}
