eval="volo-eval run -q -m $FIXTURES/tiny19.safetensors -d cityscapes -r $FIXTURES/tree"
$eval --out whole
for i in 1 2; do $eval --out parts --shard $i/2; done
grep -h '"shard' parts/shard-2-of-2/run.json
volo-eval merge parts --out merged -q
for file in result.json result.csv result.md images.csv; do cmp whole/$file merged/$file && echo "$file: same"; done
SLURM_ARRAY_TASK_ID=13 SLURM_ARRAY_TASK_MIN=10 SLURM_ARRAY_TASK_COUNT=7 $eval --out slurm --shard auto
OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2 $eval --out slurm --shard auto
find slurm -name journal
for i in 1 2 3 5 6 7; do $eval --out seven --shard $i/7; done
volo-eval merge seven slurm/shard-4-of-7 --json >seven.json && cmp whole/result.json seven.json && echo seven: same
