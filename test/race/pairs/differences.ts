import { isDeepStrictEqual } from 'node:util'

/** Where two values differ, each place with both values. */
export function differences(is: unknown, should: unknown, path = ''): readonly string[] {
  if (isDeepStrictEqual(is, should)) return []
  if (!isBranch(is) || !isBranch(should) || Array.isArray(is) !== Array.isArray(should)) {
    return [`${path} is ${JSON.stringify(is)} and should be ${JSON.stringify(should)}`]
  }
  const keys = new Set([...Object.keys(is), ...Object.keys(should)])
  return [...keys].flatMap((key) => differences(Reflect.get(is, key), Reflect.get(should, key), path === '' ? key : `${path}.${key}`))
}

function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
