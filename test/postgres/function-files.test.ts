import { deepEqual } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'vitest'
import { functionsOf } from '../../src/postgres/functions/functions.js'
import { createNames } from '../../src/postgres/names.js'

const folder = new URL('../../src/postgres/functions/', import.meta.url)

test('each SQL function stands in a file of its name', () => {
  const others = ['function-settings.ts', 'functions.ts', 'sql-function.ts']
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !others.includes(name))
  deepEqual(
    files.sort(),
    functionsOf(createNames({}))
      .map(({ name }) => `${name.replaceAll('_', '-')}.ts`)
      .sort(),
  )
})

test('no SQL of the functions has a number of the model as a literal', () => {
  const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  const literal = /\b(16|160|512|1000|4096|5000|86400000|300000)\b(?!\)::bigint)|'\d+ (hours|minutes)'|'(whatsapp|messenger|instagram)'/
  const found = texts.flatMap((name) => {
    const lines = readFileSync(new URL(name, folder), 'utf8').split('\n')
    return lines.flatMap((line, index) =>
      literal.test(line) && !/^\s*(\/?\*|\/\/)/.test(line) ? [`${name}:${index + 1}: ${line.trim()}`] : [],
    )
  })
  deepEqual(found, [])
})
