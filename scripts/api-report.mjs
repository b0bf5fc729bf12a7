// Writes the public surface of each entry point into a readable file (api/), made from the build's declarations, so
// that a review sees every change of it. Without an argument it compares the files with the build. With --write it
// writes them.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'

const write = process.argv.includes('--write')
const reportFolder = resolve('api')
const reportTempFolder = mkdtempSync(join(tmpdir(), 'conversation-store-api-'))
process.on('exit', () => rmSync(reportTempFolder, { recursive: true, force: true }))
mkdirSync(reportFolder, { recursive: true })

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'))
const reports = Object.keys(exports)
  .filter((subpath) => subpath !== './package.json')
  .map((subpath) => ({ name: subpath === '.' ? 'index' : subpath.slice(2), types: exports[subpath].import.types }))

const changed = reports.filter(({ name, types }) => isChanged(`${name}.api.md`, types)).map(({ name }) => `${name}.api.md`)
const superfluous = readdirSync(reportFolder).filter((file) => !reports.some(({ name }) => file === `${name}.api.md`))
if (changed.length > 0 || superfluous.length > 0) {
  const files = [...changed, ...superfluous].map((file) => `api/${file}`).join(', ')
  console.error(`The public surface is not what ${files} say. If it is meant to change: npm run api, and commit what that writes.`)
  process.exit(1)
}

function isChanged(reportFileName, types) {
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: process.cwd(),
      mainEntryPointFilePath: resolve(types),
      newlineKind: 'lf',
      compiler: { overrideTsconfig: { extends: './tsconfig.json', files: [types], include: [], exclude: [] } },
      apiReport: { enabled: true, includeForgottenExports: true, reportFileName, reportFolder, reportTempFolder },
      messages: {
        // Only the report is wanted here. It is not this script's task to check release tags and comments.
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: { default: { logLevel: 'none' } },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: resolve('package.json'),
  })
  const options = {
    localBuild: write,
    messageCallback: (message) => {
      message.handled = message.logLevel !== 'error'
    },
  }
  const { apiReportChanged } = Extractor.invoke(config, options)
  return !write && (apiReportChanged || !existsSync(join(reportFolder, reportFileName)))
}
