/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors of floats as wide as the CPU level has them: 4, 8 or 16 lanes. The compilers' vector
 * extensions give the arithmetic (+ - * / and comparisons, whose results are lane masks in vi);
 * here is what they lack. Memory need not be aligned. */
#ifndef VOLO_KERNELS_VECTOR_H
#define VOLO_KERNELS_VECTOR_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__)
#define VOLO_VECTOR_BYTES 64
#elif defined(__AVX2__)
#define VOLO_VECTOR_BYTES 32
#else
#define VOLO_VECTOR_BYTES 16
#endif
#define VOLO_LANES (VOLO_VECTOR_BYTES / sizeof(float))

typedef float vf __attribute__((vector_size(VOLO_VECTOR_BYTES), may_alias));
typedef int32_t vi __attribute__((vector_size(VOLO_VECTOR_BYTES), may_alias));
typedef uint32_t vu __attribute__((vector_size(VOLO_VECTOR_BYTES), may_alias));
/* Half as many doubles, and the floats they come from. */
typedef double vd __attribute__((vector_size(VOLO_VECTOR_BYTES), may_alias));
typedef float vf_half __attribute__((vector_size(VOLO_VECTOR_BYTES / 2), may_alias));

/* Before a loop of few, constant passes over an array of accumulators: unrolled wholly and early,
 * so that the array lives in registers. VOLO_INLINE makes the bounds constant in each caller. */
#ifdef __clang__
#define VOLO_UNROLL _Pragma("clang loop unroll(full)")
#else
#define VOLO_UNROLL _Pragma("GCC unroll 32")
#endif
#define VOLO_INLINE static inline __attribute__((always_inline))

static inline vf vf_load(const float *p)
{
    vf v;

    memcpy(&v, p, sizeof v);
    return v;
}

static inline void vf_store(float *p, vf v)
{
    memcpy(p, &v, sizeof v);
}

/* v in a register of its own: neither loaded again for each use, nor a product that a compiler adds
 * up in one rounding here and in two there. */
static inline vf vf_keep(vf v)
{
    __asm__("" : "+v"(v));
    return v;
}

static inline vf vf_set(float value)
{
    return value - (vf){ 0 }; /* minus, because -0 + 0 would be 0 */
}

#if defined(__AVX2__) && !defined(__AVX512F__)
/* All bits set in the first count lanes. */
static inline __m256i vf_first_lanes(size_t count)
{
    static const int32_t lanes[16] = { -1, -1, -1, -1, -1, -1, -1, -1 };
    __m256i mask;

    memcpy(&mask, lanes + 8 - count, sizeof mask);
    return mask;
}
#endif

/* a * b + c, in one rounding where the level has it: compilers contract the expression here and not
 * there, so that a sum would depend on the shape of its loop. */
static inline vf vf_fma(vf a, vf b, vf c)
{
#if defined(__AVX512F__)
    return (vf)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__FMA__)
    return (vf)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#else
    return a * b + c;
#endif
}

/* p[0], p[stride], p[2·stride], ... */
static inline vf vf_gather(const float *p, size_t stride)
{
#if defined(__AVX512F__)
    const __m512i lanes = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);

    return (vf)_mm512_i32gather_ps(_mm512_mullo_epi32(lanes, _mm512_set1_epi32((int)stride)), p,
                                   sizeof(float));
#elif defined(__AVX2__)
    const __m256i lanes = _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0);

    return (vf)_mm256_i32gather_ps(p, _mm256_mullo_epi32(lanes, _mm256_set1_epi32((int)stride)),
                                   sizeof(float));
#else
    return (vf){ p[0], p[stride], p[2 * stride], p[3 * stride] };
#endif
}

/* The first count < VOLO_LANES floats of p, then zeros; nothing else is read. */
static inline vf vf_load_some(const float *p, size_t count)
{
#if defined(__AVX512F__)
    return (vf)_mm512_maskz_loadu_ps((__mmask16)((1U << count) - 1), p);
#elif defined(__AVX2__)
    return (vf)_mm256_maskload_ps(p, vf_first_lanes(count));
#else
    return (vf){ count > 0 ? p[0] : 0, count > 1 ? p[1] : 0, count > 2 ? p[2] : 0, 0 };
#endif
}

static inline void vf_store_some(float *p, vf v, size_t count)
{
#if defined(__AVX512F__)
    _mm512_mask_storeu_ps(p, (__mmask16)((1U << count) - 1), (__m512)v);
#elif defined(__AVX2__)
    _mm256_maskstore_ps(p, vf_first_lanes(count), (__m256)v);
#else
    for (size_t i = 0; i < count; i++)
        p[i] = v[i];
#endif
}

/* a > b ? a : b and a < b ? a : b lane by lane, so b where one is not a number. */
static inline vf vf_max(vf a, vf b)
{
#if defined(__AVX512F__)
    return (vf)_mm512_max_ps((__m512)a, (__m512)b);
#elif defined(__AVX2__)
    return (vf)_mm256_max_ps((__m256)a, (__m256)b);
#else
    return (vf)_mm_max_ps((__m128)a, (__m128)b);
#endif
}

static inline vf vf_min(vf a, vf b)
{
#if defined(__AVX512F__)
    return (vf)_mm512_min_ps((__m512)a, (__m512)b);
#elif defined(__AVX2__)
    return (vf)_mm256_min_ps((__m256)a, (__m256)b);
#else
    return (vf)_mm_min_ps((__m128)a, (__m128)b);
#endif
}

/* Four floats each of p, p + stride, p + 2·stride, ..., side by side. */
static inline vf vf_load_fours(const float *p, size_t stride)
{
#if defined(__AVX512F__)
    const __m512 first = _mm512_castps128_ps512(_mm_loadu_ps(p));
    const __m512 two = _mm512_insertf32x4(first, _mm_loadu_ps(p + stride), 1);
    const __m512 three = _mm512_insertf32x4(two, _mm_loadu_ps(p + 2 * stride), 2);

    return (vf)_mm512_insertf32x4(three, _mm_loadu_ps(p + 3 * stride), 3);
#elif defined(__AVX2__)
    const __m256 first = _mm256_castps128_ps256(_mm_loadu_ps(p));

    return (vf)_mm256_insertf128_ps(first, _mm_loadu_ps(p + stride), 1);
#else
    (void)stride;
    return (vf)_mm_loadu_ps(p);
#endif
}

/* Transposes the 4 x 4 floats that v has in each four of its lanes. */
static inline void vf_transpose_fours(vf v[4])
{
#if defined(__AVX512F__)
#define VOLO_UNPACK(half, type, a, b) _mm512_unpack##half##_##type(a, b)
#define VOLO_AS(type, a) _mm512_castp##type(a)
    typedef __m512 narrow;
    typedef __m512d wide;
#elif defined(__AVX2__)
#define VOLO_UNPACK(half, type, a, b) _mm256_unpack##half##_##type(a, b)
#define VOLO_AS(type, a) _mm256_castp##type(a)
    typedef __m256 narrow;
    typedef __m256d wide;
#else
#define VOLO_UNPACK(half, type, a, b) _mm_unpack##half##_##type(a, b)
#define VOLO_AS(type, a) _mm_castp##type(a)
    typedef __m128 narrow;
    typedef __m128d wide;
#endif
    const wide ab = VOLO_AS(s_pd, VOLO_UNPACK(lo, ps, (narrow)v[0], (narrow)v[1]));
    const wide cd = VOLO_AS(s_pd, VOLO_UNPACK(lo, ps, (narrow)v[2], (narrow)v[3]));
    const wide ab_high = VOLO_AS(s_pd, VOLO_UNPACK(hi, ps, (narrow)v[0], (narrow)v[1]));
    const wide cd_high = VOLO_AS(s_pd, VOLO_UNPACK(hi, ps, (narrow)v[2], (narrow)v[3]));

    v[0] = (vf)VOLO_UNPACK(lo, pd, ab, cd);
    v[1] = (vf)VOLO_UNPACK(hi, pd, ab, cd);
    v[2] = (vf)VOLO_UNPACK(lo, pd, ab_high, cd_high);
    v[3] = (vf)VOLO_UNPACK(hi, pd, ab_high, cd_high);
#undef VOLO_UNPACK
#undef VOLO_AS
}

/* v where the mask is set, else 0. */
static inline vf vf_mask(vi mask, vf v)
{
    return (vf)(mask & (vi)v);
}

/* Bit i says whether lanes i are equal. */
static inline unsigned vf_equal_bits(vf a, vf b)
{
#if defined(__AVX512F__)
    return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_EQ_OQ);
#elif defined(__AVX2__)
    return (unsigned)_mm256_movemask_ps(_mm256_cmp_ps((__m256)a, (__m256)b, _CMP_EQ_OQ));
#else
    return (unsigned)_mm_movemask_ps(_mm_cmpeq_ps((__m128)a, (__m128)b));
#endif
}

/* Bit i says whether lane i of a is not at most that of b: larger, or one of them is no number. */
static inline unsigned vf_above_bits(vf a, vf b)
{
#if defined(__AVX512F__)
    return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_NLE_UQ);
#elif defined(__AVX2__)
    return (unsigned)_mm256_movemask_ps(_mm256_cmp_ps((__m256)a, (__m256)b, _CMP_NLE_UQ));
#else
    return (unsigned)_mm_movemask_ps(_mm_cmpnle_ps((__m128)a, (__m128)b));
#endif
}

/* Folds the upper half of the lanes onto the lower by a step such as _mm_add_ps, down to one. */
#define VOLO_FOLD_128(step, v)                                                                     \
    ((v) = step((v), _mm_movehl_ps((v), (v))), step((v), _mm_shuffle_ps((v), (v), 1)))

/* Sum of the lanes, always in the same order. */
static inline float vf_sum(vf v)
{
#if defined(__AVX512F__)
    const __m256 half =
        _mm256_add_ps(_mm512_castps512_ps256((__m512)v), _mm512_extractf32x8_ps((__m512)v, 1));
    __m128 rest = _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
#elif defined(__AVX2__)
    __m128 rest =
        _mm_add_ps(_mm256_castps256_ps128((__m256)v), _mm256_extractf128_ps((__m256)v, 1));
#else
    __m128 rest = (__m128)v;
#endif
    return _mm_cvtss_f32(VOLO_FOLD_128(_mm_add_ps, rest));
}

/* The largest lane. */
static inline float vf_largest(vf v)
{
#if defined(__AVX512F__)
    const __m256 half =
        _mm256_max_ps(_mm512_castps512_ps256((__m512)v), _mm512_extractf32x8_ps((__m512)v, 1));
    __m128 rest = _mm_max_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
#elif defined(__AVX2__)
    __m128 rest =
        _mm_max_ps(_mm256_castps256_ps128((__m256)v), _mm256_extractf128_ps((__m256)v, 1));
#else
    __m128 rest = (__m128)v;
#endif
    return _mm_cvtss_f32(VOLO_FOLD_128(_mm_max_ps, rest));
}
#undef VOLO_FOLD_128

/* VOLO_LANES / 2 floats as doubles. */
static inline vd vd_load(const float *p)
{
    vf_half v;

    memcpy(&v, p, sizeof v);
    return __builtin_convertvector(v, vd);
}

static inline double vd_sum(vd v)
{
    double sum = 0;

    for (size_t i = 0; i < VOLO_LANES / 2; i++)
        sum += v[i];
    return sum;
}

#endif
