import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { configurationFiles, DEFAULT_INDEX, parseIni, readPipConfiguration } from './pip-configuration';

describe('readPipConfiguration', () => {
  let folder: string;
  const write = (name: string, text: string): string => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, text);
    return file;
  };

  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pip-'))));
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('has the public index by default', () => {
    expect(readPipConfiguration({}, []).indexUrls).toEqual([DEFAULT_INDEX]);
  });

  it('lets later files and narrower sections win, and variables over both', () => {
    const site = write('site', '[global]\nindex-url = https://site/simple\ncert = ~/site.pem\n[install]\nextra-index-url = https://install/simple\n');
    const user = write('user', '[global]\nindex-url: https://user/simple\n');
    const files = [site, user];
    const configuration = readPipConfiguration({}, files);
    expect(configuration.indexUrls).toEqual(['https://user/simple', 'https://install/simple']);
    expect(configuration.certificate).toBe(path.join(os.homedir(), 'site.pem'));
    expect(configuration.sources).toEqual(files);
    expect(readPipConfiguration({ PIP_INDEX_URL: 'https://variable/simple', PIP_CERT: '/c.pem' }, files)).toMatchObject({
      indexUrls: ['https://variable/simple', 'https://install/simple'],
      certificate: '/c.pem',
    });
    write('user', '[download]\nindex-url = https://download/simple\n[install]\nindex-url = https://no/simple\n');
    expect(readPipConfiguration({}, files).indexUrls[0]).toBe('https://download/simple');
  });

  it('splits lists over lines and spaces', () => {
    const file = write('pip.conf', '[global]\nfind-links =\n    /wheels\n    https://page/\ntrusted-host = a b:8080\nno-index = true\nproxy = http://proxy:3128\n');
    expect(readPipConfiguration({}, [file])).toMatchObject({
      findLinks: ['/wheels', 'https://page/'],
      trustedHosts: ['a', 'b:8080'],
      indexUrls: [],
      proxy: 'http://proxy:3128',
    });
  });

  it('orders the files as pip does, and drops all of them for the null device', () => {
    const files = configurationFiles({ VIRTUAL_ENV: '/venv', XDG_CONFIG_HOME: '/xdg', PIP_CONFIG_FILE: '/mine.conf' });
    expect(files.slice(-3)).toEqual(['/xdg/pip/pip.conf', '/venv/pip.conf', '/mine.conf']);
    expect(configurationFiles({ PIP_CONFIG_FILE: os.devNull })).toEqual([]);
  });

  it('reads comments, colons, underscores and percent signs', () => {
    const values = parseIni('# c\n[global]\n; c\nindex_url: https://u:p%40ss@host/simple\n').get('global');
    expect(values?.get('index-url')).toBe('https://u:p%40ss@host/simple');
  });
});
