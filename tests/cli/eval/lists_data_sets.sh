volo-eval datasets
volo-eval datasets iddlite
volo-eval datasets --json camvid | head -n 8
