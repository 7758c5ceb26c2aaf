import { describe, expect, it } from 'vitest';
import { timeProgram } from '../../../benchmarks/peers/program.js';
import { timeEach } from '../../../benchmarks/peers/shell.js';

describe('timeEach', () => {
  it('has a figure for each script, whatever they print', async () => {
    const { total_ms, each_us = [] } = await timeEach(['echo out; echo err >&2', 'true', 'cat <<END\ntext\nEND']);
    expect(each_us).toHaveLength(3);
    expect(1000 * total_ms).toBeGreaterThanOrEqual(each_us.reduce((sum, one) => sum + one, 0));
  });

  it('throws what the first failing command said, and runs none after it', async () => {
    const scripts = ['true', 'echo because >&2; false', 'echo never >&2'];
    await expect(timeEach(scripts)).rejects.toThrow(/because\n$/);
  });

  it('throws when the last one fails', async () => {
    await expect(timeEach(['sh -c "echo because >&2; exit 3"'])).rejects.toThrow('because');
  });
});

describe('timeProgram', () => {
  const run = (program: string, check: () => void) => timeProgram(process.execPath, ['-e', program], { n: 2 }, check);
  const echo = `
    require('readline').createInterface(process.stdin).on('line', (line) => console.log(line === 'remove' ? '[1,2]' : '[1000,3000]'));
  `;

  it('adds up what the program says, and checks between making and removing', async () => {
    let checked = 0;
    const times = await run(echo, () => {
      checked += 1;
    });
    expect(checked).toBe(1);
    expect(times).toEqual({
      attach: { total_ms: 4, each_us: [1000, 3000] },
      detach: { total_ms: 0.003, each_us: [1, 2] },
    });
  });

  it('throws what a program said that ends early', async () => {
    await expect(run(`console.error('because'); process.exit(1)`, () => undefined)).rejects.toThrow('because');
  });

  it('throws what the check found, when the program has ended', async () => {
    const check = () => {
      throw new Error('s0 lacks lo up');
    };
    await expect(run(echo, check)).rejects.toThrow('s0 lacks lo up');
  });
});
