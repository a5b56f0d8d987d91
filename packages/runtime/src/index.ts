export { cacheRoot } from './fetch/cache';
export { downloadFile, type DownloadableFile, type DownloadFileOptions } from './fetch/download-file';
