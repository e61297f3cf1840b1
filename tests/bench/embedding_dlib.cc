/*
 * dlib's own face recognition network, called in a loop: what src/extractor/network.c is compared
 * with. Reads the same file. Prints milliseconds a face (the least of many), and the first numbers.
 */
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <dlib/dnn.h>

using namespace dlib;

template <template <int, template <typename> class, int, typename> class block, int N,
	  template <typename> class BN, typename SUBNET>
using residual = add_prev1<block<N, BN, 1, tag1<SUBNET>>>;
template <template <int, template <typename> class, int, typename> class block, int N,
	  template <typename> class BN, typename SUBNET>
using residual_down = add_prev2<avg_pool<2, 2, 2, 2, skip1<tag2<block<N, BN, 2, tag1<SUBNET>>>>>>;
template <int N, template <typename> class BN, int stride, typename SUBNET>
using block = BN<con<N, 3, 3, 1, 1, relu<BN<con<N, 3, 3, stride, stride, SUBNET>>>>>;
template <int N, typename SUBNET> using level = relu<residual<block, N, affine, SUBNET>>;
template <int N, typename SUBNET> using down = relu<residual_down<block, N, affine, SUBNET>>;
template <typename SUBNET> using level0 = down<256, SUBNET>;
template <typename SUBNET> using level1 = level<256, level<256, down<256, SUBNET>>>;
template <typename SUBNET> using level2 = level<128, level<128, down<128, SUBNET>>>;
template <typename SUBNET> using level3 = level<64, level<64, level<64, down<64, SUBNET>>>>;
template <typename SUBNET> using level4 = level<32, level<32, level<32, SUBNET>>>;
using network = loss_metric<fc_no_bias<
	128,
	avg_pool_everything<level0<level1<level2<level3<level4<max_pool<
		3, 3, 2, 2, relu<affine<con<32, 7, 7, 2, 2, input_rgb_image_sized<150>>>>>>>>>>>>>;

int main(int argc, char **argv)
{
	int runs = argc > 2 ? atoi(argv[2]) : 20;
	std::vector<matrix<rgb_pixel>> chips(1);
	std::vector<matrix<float, 0, 1>> out;
	network net;
	double best = 1e9;

	deserialize(argv[1]) >> net;
	chips[0].set_size(150, 150);
	for (int r = 0; r < 150; r++)
		for (int c = 0; c < 150; c++)
			chips[0](r, c) = rgb_pixel((r * 7 + c * 3) % 256, r * c % 256,
						   (r + 2 * c) % 256);
	for (int i = 0; i < runs; i++) {
		auto start = std::chrono::steady_clock::now();
		std::chrono::duration<double, std::milli> took;

		out = net(chips);
		took = std::chrono::steady_clock::now() - start;
		best = std::min(best, took.count());
	}
	printf("%.2f", best);
	for (int i = 0; i < 4; i++)
		printf(" %.6f", out[0](i));
	printf("\n");
	return 0;
}
