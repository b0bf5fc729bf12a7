import type { z } from 'zod'
import { customEventSchema, event, eventSchemas } from '../../src/model/validation/event-schemas.js'
import { jsonObject } from '../../src/model/validation/json-values.js'

export type ArgumentPath = readonly (string | number)[]

/**
 * The paths at which an input may hold a string, read from the schema with which a method parses it. Throws on a kind
 * of schema that it does not know.
 */
export function stringArguments(schema: unknown, path: ArgumentPath = []): readonly ArgumentPath[] {
  if (schema === jsonObject) return []
  if (schema === event) {
    return [...Object.entries(eventSchemas), ['custom:x', customEventSchema] as const].flatMap(([type, one]) =>
      stringArguments(one, [...path.slice(0, -1), type]),
    )
  }
  const { def } = schema as { readonly def: Definition }
  switch (def.type) {
    case 'string':
    case 'enum':
    case 'literal':
      return [path]
    case 'number':
    case 'boolean':
    case 'date':
      return []
    case 'optional':
    case 'nullable':
      return stringArguments(def.innerType, path)
    case 'pipe':
      return stringArguments(def.in, path)
    case 'array':
      return stringArguments(def.element, [...path, 0])
    case 'object':
      return Object.entries(def.shape ?? {}).flatMap(([key, member]) => stringArguments(member, [...path, key]))
    case 'union':
      return [...new Map((def.options ?? []).flatMap((option) => stringArguments(option, path)).map((at) => [at.join('.'), at])).values()]
    default:
      throw new Error(`${path.join('.')}: a schema of type ${def.type} may hold strings that no test sees`)
  }
}

interface Definition {
  readonly type: string
  readonly innerType?: z.ZodType
  readonly in?: z.ZodType
  readonly element?: z.ZodType
  readonly shape?: Record<string, z.ZodType>
  readonly options?: readonly z.ZodType[]
}
