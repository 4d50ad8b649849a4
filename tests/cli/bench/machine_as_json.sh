volo-bench machine --json --plot roofline.svg >json
python3 - <<'END'
import json
m = json.load(open('json'))
print(*sorted(m))
print(m['peaks'][0]['level'], all(p['gflops_one'] > 0 and p['gflops_all'] > 0 for p in m['peaks']))
print([p['place'] for p in m['bandwidth']][-1], m['bandwidth'][-1]['gbs_all'].keys())
print(all(g['own_gflops'] > 0 for g in m['gemm']))
END
grep -c '<svg' roofline.svg
