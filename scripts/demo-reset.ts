// `npm run demo:reset`: throws the data of the state folder away and makes the demo anew. The server must be stopped.
import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { credentialsFile, makeDemo } from './demo/demo.ts'
import { Refusal } from './refusal.ts'
import { openRuntime } from './runtime.ts'

const state = resolve(process.env.DAWR_STATE || '.dawr')

try {
  // Taking the folder proves that nobody serves from it.
  const before = await openRuntime({ state })
  await before.close()
  for (const path of ['v3', 'demo.json', 'credentials.json'])
    rmSync(join(state, path), { recursive: true, force: true })
  const runtime = await openRuntime({ state })
  await makeDemo(runtime)
  await runtime.close()
  console.log(`The demo is new. Its keys are in ${credentialsFile(state)}.`)
} catch (error) {
  console.error(error instanceof Refusal ? error.message : error)
  process.exit(1)
}
