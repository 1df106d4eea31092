// The mutants of a Stryker report by folder, and the score of the whole: killed and timed out of all that tests could notice.
// node score.mjs REPORT [--survivors]
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const columns = ['Killed', 'Timeout', 'Survived', 'NoCoverage', 'RuntimeError', 'CompileError', 'Ignored'];
const folders = new Map();
const survivors = [];
for (const [file, { mutants }] of Object.entries(report.files)) {
    const inside = file.replaceAll('\\', '/').split('services/lib/hematology/').pop();
    const folder = inside.includes('/') ? inside.slice(0, inside.indexOf('/')) : '.';
    if (!folders.has(folder)) folders.set(folder, Object.fromEntries(columns.map(c => [c, 0])));
    for (const mutant of mutants) {
        folders.get(folder)[mutant.status]++;
        if (['Survived', 'NoCoverage'].includes(mutant.status))
            survivors.push(`${inside}:${mutant.location.start.line}:${mutant.location.start.column} ${mutant.status} ${mutant.mutatorName}: ${mutant.replacement}`);
    }
}

const score = counts => {
    const detected = counts.Killed + counts.Timeout;
    const valid = detected + counts.Survived + counts.NoCoverage;
    return valid === 0 ? '-' : (100 * detected / valid).toFixed(2);
};
const row = (name, counts) => [name.padEnd(14), ...columns.map(c => String(counts[c]).padStart(c.length)), score(counts).padStart(7)].join('  ');
const whole = Object.fromEntries(columns.map(c => [c, [...folders.values()].reduce((sum, counts) => sum + counts[c], 0)]));
console.log([''.padEnd(14), ...columns, '  Score'].join('  '));
for (const name of [...folders.keys()].sort()) console.log(row(name, folders.get(name)));
console.log(row('the whole', whole));
if (process.argv.includes('--survivors')) survivors.forEach(line => console.log(line));
console.log(`mutation score ${score(whole)} %`);
